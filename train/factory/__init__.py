"""Documents and charts drawn with their truth: scenes, questions, evidence and pictures, all from one seed."""
