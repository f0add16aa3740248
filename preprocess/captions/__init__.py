"""Values told behind the captions that they stand below."""
