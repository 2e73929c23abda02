"""Who plays in the demo. The sign-in is public on purpose: it opens a demo on this machine, and nothing else."""

EMAIL = "owner@saffron-and-clay.example"
PASSWORD = "saffron and clay"  # noqa: S105 - public, as said above
SUPPORT = "support@saffron-and-clay.example"
