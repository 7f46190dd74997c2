"""Writes .npz files with nothing but Python's standard library: the format is NumPy's NEP 1, arrays of a zip file."""

import array
import math
import struct
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is written


def write(path, **columns):
    """columns: name=(values, shape); values are an array.array of 'f' (float32) or 'i' (int32), row by row."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (values, shape) in columns.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", EPOCH), npy(values, shape), zipfile.ZIP_DEFLATED)


def npy(values, shape):
    assert len(values) == math.prod(shape), f"{len(values)} values for {shape}"
    kind = {"f": "<f4", "i": "<i4"}[values.typecode]
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({', '.join(map(str, shape))},), }}"
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    little = array.array(values.typecode, values)
    if struct.pack("=H", 1) != struct.pack("<H", 1):
        little.byteswap()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + little.tobytes()
