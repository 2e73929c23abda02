"""A pretend Shopify, OpenAI and SendGrid over real HTTP on loopback, for newcomers, tests and benchmarks.

Production installs none of it (the extra `sandbox`), and it imports nothing of the app that it plays
against: what passes here has passed through the wire.
"""
