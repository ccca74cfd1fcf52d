package io.densenet.arch;

import java.util.List;
import java.util.SequencedMap;

/// A network that the paper compares DenseNets with. It is what its name and its variations say;
/// `arch.baseline` knows them all.
///
/// Not sealed, because the networks live in a package of their own that imports this one.
public non-sealed interface Baseline extends Architecture {
    /// E.g. `wrn-16-8`.
    String name();

    /// What the name leaves open, by the name of the option that says it; only what is not as usual.
    SequencedMap<String, String> variations();

    @Override
    Baseline withNumClasses(int numClasses);

    /// Sentences about what is printed wrong about this network, with the right figure.
    List<String> notes();
}
