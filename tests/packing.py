"""Archives made in memory, for the tests of reading."""

import io
import tarfile
import zipfile
from collections.abc import Mapping


def packed(name: str, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of the kind that its name says: .zip, .tar, or a gzipped tar."""
    buffer = io.BytesIO()
    if name.lower().endswith(".zip"):
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for member, data in files.items():
                archive.writestr(member, data)
        return buffer.getvalue()
    with tarfile.open(fileobj=buffer, mode="w" if name.endswith(".tar") else "w:gz") as tape:
        for member, data in files.items():
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tape.addfile(info, io.BytesIO(data))
    return buffer.getvalue()
