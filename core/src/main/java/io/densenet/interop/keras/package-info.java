/// Weights that Keras has saved, from whichever of its three layouts.
///
/// [KerasFile][io.densenet.interop.keras.KerasFile] is the door. Behind it: `Hdf5` (what of the HDF5
/// format is trusted), `NamedLayers` (files that name their layers) and `NumberedLayers` (Keras 3, which
/// counts them).
package io.densenet.interop.keras;
