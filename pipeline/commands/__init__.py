"""The commands of `oncocase`, one a file: `add` tells its arguments, `run` does it and says whether all went well."""
