"""What a store knows beside its orders: articles and policies, cut into passages that answer a question."""
