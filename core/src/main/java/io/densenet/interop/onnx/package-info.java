/// ONNX, the format that most runtimes of networks read: networks are written, not read.
package io.densenet.interop.onnx;
