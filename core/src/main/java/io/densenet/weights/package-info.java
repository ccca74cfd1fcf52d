/// Values of the parameters: state dicts, safetensors files, initialisation.
package io.densenet.weights;
