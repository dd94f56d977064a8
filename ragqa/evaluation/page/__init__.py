"""The parts of the report's page: markup, pictures, sections and data, and the template, style and script beside them."""
