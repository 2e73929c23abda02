"""What the world reaches over HTTP: webhooks, a JSON API, and pages for people."""
