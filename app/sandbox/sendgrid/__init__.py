"""A pretend SendGrid: checks, accepts and keeps mail, posts signed events, and plays Inbound Parse."""
