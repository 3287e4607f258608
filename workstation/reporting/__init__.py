"""Words only: findings, drafts, reports, decisions, differences. Standard library alone."""
