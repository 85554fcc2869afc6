"""The commands, a file each: options in, result out."""
