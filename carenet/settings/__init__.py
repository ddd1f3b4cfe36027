"""base: always true. dev, test and production are short and import it once."""
