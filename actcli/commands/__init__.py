"""The commands, a file or a folder each: options in, result out."""
