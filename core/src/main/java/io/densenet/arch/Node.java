package io.densenet.arch;

import java.util.List;

/// One operation of a [Graph] in its place.
///
/// @param name   unique; for operations with parameters torchvision's module path, which their names start with
/// @param inputs positions in [Graph#nodes()] of what it reads, all before this node
/// @param output shape of what it makes from one image
public record Node(String name, Op op, List<Integer> inputs, Shape output) {
    public Node {
        inputs = List.copyOf(inputs);
    }

    public List<ParameterSpec> parameters() {
        return op.parameters(name);
    }
}
