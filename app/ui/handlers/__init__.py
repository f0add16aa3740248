"""What happens when somebody does something on the page, by the part of the page it happens in."""
