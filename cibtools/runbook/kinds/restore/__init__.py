"""Put a configuration back: objects, sections, the whole."""
