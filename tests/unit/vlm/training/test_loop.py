"""A killed run that is started again ends with the weights of an unbroken one."""

import pytest
import torch
from torch import nn

from workstation.vlm.training.loop import Schedule, fit

SCHEDULE = Schedule(epochs=4, steps=3, learning_rate=0.05)


def _module() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 1))


def _losses(module, die_at=None):
    def losses(epoch):
        generator = torch.Generator().manual_seed(epoch)
        for step in range(SCHEDULE.steps):
            if (epoch, step) == die_at:
                raise KeyboardInterrupt
            x = torch.randn(16, 4, generator=generator)
            yield (module(x) - x.sum(1, keepdim=True)).pow(2).mean()

    return losses


def _weights(module):
    return torch.cat([value.flatten().float() for value in module.state_dict().values()])


def test_resumed_and_unbroken_runs_end_alike(tmp_path):
    whole = _module()
    fit("a", whole, _losses(whole), SCHEDULE, tmp_path / "whole")
    broken = _module()
    with pytest.raises(KeyboardInterrupt):
        fit("a", broken, _losses(broken, die_at=(2, 1)), SCHEDULE, tmp_path / "broken")
    resumed = _module()
    fit("a", resumed, _losses(resumed), SCHEDULE, tmp_path / "broken")
    assert torch.equal(_weights(whole), _weights(resumed))


def test_a_finished_run_is_not_trained_again(tmp_path):
    module = _module()
    fit("a", module, _losses(module), SCHEDULE, tmp_path)
    again = _module()
    fit("a", again, _losses(again, die_at=(0, 0)), SCHEDULE, tmp_path)
    assert torch.equal(_weights(module), _weights(again))


def test_what_does_not_learn_stays_and_the_rest_gets_better(tmp_path):
    module = _module()
    module[0].requires_grad_(False)
    before, first = module[0].weight.clone(), next(iter(_losses(module)(9))).item()
    fit("a", module, _losses(module), Schedule(30, 3, 0.05), tmp_path)
    assert torch.equal(module[0].weight, before)
    assert next(iter(_losses(module)(9))).item() < first
