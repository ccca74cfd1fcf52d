/// The seam between training, evaluation and the engines: what every engine does with a loaded network. Not a
/// tensor library.
package io.densenet.engine;
