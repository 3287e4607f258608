"""Collects a worker's events and waits for some."""

import threading

from workstation.drafting.messages import LAST, StateEvent

PATIENCE_S = 300.0  # the machine may be busy: only the order of events is tested, never their speed


class Ear:
    """Give it to a `Worker`; every wait ends with the event or with what was heard instead."""

    def __init__(self):
        self.events = []
        self._new = threading.Condition()

    def __call__(self, event):
        with self._new:
            self.events.append(event)
            self._new.notify_all()

    def wait(self, wanted):
        with self._new:
            assert self._new.wait_for(lambda: any(wanted(event) for event in self.events), PATIENCE_S), self.events
            return next(event for event in self.events if wanted(event))

    def end_of(self, request_id):
        return self.wait(lambda event: event.id == request_id and isinstance(event, LAST))

    def state(self, request_id, state):
        return self.wait(lambda e: e.id == request_id and isinstance(e, StateEvent) and e.state == state)

    def writing(self, request_id):
        return self.state(request_id, "writing")
