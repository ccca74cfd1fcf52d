/// DenseNet without native code: architecture, data, weights, training and evaluation.
///
/// The packages and the order in which they may import each other are drawn in ARCHITECTURE.md.
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // jhdf and protobuf have names, but no descriptors
module io.densenet.core {
    requires static transitive org.jspecify;
    requires static jdk.incubator.vector; // the fused engine's fast kernels; plain loops do without
    requires transitive java.desktop; // ImageIO, the decoder of image folders; BufferedImage
    requires io.jhdf;
    requires java.management; // the JVM's own flags, to warn of one
    requires java.net.http; // downloads, only when asked for
    requires com.google.protobuf; // the wire format of ONNX
    requires org.apache.commons.compress;
    requires org.apache.commons.csv;
    requires org.apache.commons.lang3; // this and the next: by jhdf, which has no module descriptor to say so
    requires org.slf4j;
    requires tools.jackson.databind;

    exports io.densenet;
    exports io.densenet.analysis;
    exports io.densenet.arch;
    exports io.densenet.arch.baseline;
    exports io.densenet.cpu;
    exports io.densenet.data;
    exports io.densenet.engine;
    exports io.densenet.error;
    exports io.densenet.eval;
    exports io.densenet.interop;
    exports io.densenet.interop.keras;
    exports io.densenet.interop.onnx;
    exports io.densenet.interop.pytorch;
    exports io.densenet.model;
    exports io.densenet.random;
    exports io.densenet.train;
    exports io.densenet.weights;
}
