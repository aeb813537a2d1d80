"""From characters to tokens, sentences, sections and abbreviations."""
