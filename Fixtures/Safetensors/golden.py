"""A golden safetensors file, by the reference implementation of the format.

Command: python3 golden.py   (Python 3.11, safetensors 0.8.0, numpy 2.4.6); it writes golden.safetensors beside itself.

The Swift test requires two things of that file: that it decodes to the values below, and that encoding these values
gives the same bytes. By the second, what the Python package reads of its own files it reads of ours.
"""
import pathlib

import numpy as np
from safetensors.numpy import load_file, save_file

tensors = {
    "encoder.weight": np.array([[1.5, -2.25, 2.0**-148], [np.inf, -0.0, 3.4028235e38]], dtype=np.float32),
    "encoder.bias": np.array([0.1, 0.2, 0.3], dtype=np.float32),
    "größe \"/\\\n": np.array([[[1e-300]], [[-1.7976931348623157e308]]], dtype=np.float64),
    "scalar": np.array(0.1, dtype=np.float64),
    "none": np.zeros((0, 4), dtype=np.float32),
}
path = pathlib.Path(__file__).with_name("golden.safetensors")
save_file(tensors, path, metadata={"state": '{"step":3,"path":"a/b"}'})
read = load_file(path)
assert all(np.array_equal(read[name], tensor) and read[name].shape == tensor.shape for name, tensor in tensors.items())
print(path.read_bytes()[8:])
