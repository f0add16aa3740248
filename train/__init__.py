"""How nano is taught: documents and charts drawn with their truth, and the recipes that train on them."""
