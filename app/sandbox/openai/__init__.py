"""A pretend OpenAI: the Responses API over a small local text classifier. See README.md beside this file."""

from app.sandbox.openai.routes import create_router
from app.sandbox.openai.text_model import TextModel

__all__ = ["TextModel", "create_router"]
