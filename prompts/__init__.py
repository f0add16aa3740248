"""What is said to the model and how its answer is read back. No torch."""
