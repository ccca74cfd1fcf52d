/// PyTorch's files, read without running anything that is in them, and written so that PyTorch opens them.
///
/// [PyTorchFile][io.densenet.interop.pytorch.PyTorchFile] is the door. Behind it, in the order in which a
/// file goes through them: `Container` (zip or legacy), `Unpickler` (bytes into `Pickled` values, no Python
/// object is ever made), `StateDictSearch` (which of the values are the weights), `ViewReader` (views of
/// storages into tensors). `PickleWriter` and `ZipWriter` go the other way.
package io.densenet.interop.pytorch;
