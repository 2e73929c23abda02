"""What does this mail ask for? One forced function call of a language model, and code that distrusts its answer."""
