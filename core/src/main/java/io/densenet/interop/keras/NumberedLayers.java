package io.densenet.interop.keras;

import io.densenet.error.UnsupportedFormatException;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The layout of Keras 3, where layers have no names but the number of their kind:
/// `layers/conv2d_1/vars/0`. They are counted in the order in which the network runs through them, so
/// that kernels of 1 and 3 pixels tell where they belong: a dense layer is a 1×1 with a 3×3 behind it, a
/// transition is a 1×1 with none.
final class NumberedLayers {
    /// The second is what Keras 2.13 writes.
    static final List<String> CONTAINERS = List.of("layers", "_layer_checkpoint_dependencies");

    private static final Pattern NUMBERED = Pattern.compile("(.+?)(?:_(\\d{1,6}))?");
    private static final int DEEPEST = 4; // networks in networks
    private static final List<String> PARTS_OF_NORM = List.of("gamma", "beta", "moving_mean", "moving_variance");
    private static final List<String> PARTS_OF_OTHERS = List.of("kernel", "bias");

    private record Layer(String kind, int number, Group variables) {}

    private final Path file;
    private final Hdf5 hdf5;
    private final List<Layer> layers = new ArrayList<>();

    private NumberedLayers(Path file, Hdf5 hdf5) {
        this.file = file;
        this.hdf5 = hdf5;
    }

    static List<Weight> of(Path file, Hdf5 hdf5, Group root, String container) throws IOException {
        NumberedLayers all = new NumberedLayers(file, hdf5);
        all.collect(root, container, 0);
        return all.named();
    }

    private void collect(Group network, String container, int depth) throws IOException {
        Optional<Node> layersOfNetwork = hdf5.child(network, container);
        if (layersOfNetwork.isEmpty() || depth > DEEPEST) {
            return;
        }
        for (Node node : hdf5.children(hdf5.asGroup(layersOfNetwork.get()))) {
            Group layer = hdf5.asGroup(node);
            Optional<Node> variables = hdf5.child(layer, "vars");
            if (variables.isPresent()) {
                Matcher name = NUMBERED.matcher(Hdf5.printable(node.getName()));
                if (name.matches()) {
                    int number = name.group(2) == null ? 0 : Integer.parseInt(name.group(2));
                    layers.add(new Layer(name.group(1), number, hdf5.asGroup(variables.get())));
                }
            }
            collect(layer, container, depth + 1);
        }
    }

    private List<Layer> ofKind(String kind) {
        return layers.stream()
                .filter(layer -> layer.kind().equals(kind))
                .sorted(Comparator.comparingInt(Layer::number))
                .toList();
    }

    private List<Weight> named() throws IOException {
        List<Layer> convolutions = ofKind("conv2d");
        List<String> namesOfNorms = new ArrayList<>(List.of("conv1_bn"));
        List<String> namesOfConvolutions = names(convolutions, namesOfNorms);
        List<Layer> norms = ofKind("batch_normalization");
        if (norms.size() != namesOfNorms.size()) {
            throw noDenseNet("%d convolutions and %d norms".formatted(convolutions.size(), norms.size()));
        }
        List<Weight> weights = new ArrayList<>();
        for (int i = 0; i < convolutions.size(); i++) {
            addParts(weights, namesOfConvolutions.get(i), convolutions.get(i), PARTS_OF_OTHERS);
        }
        for (int i = 0; i < norms.size(); i++) {
            addParts(weights, namesOfNorms.get(i), norms.get(i), PARTS_OF_NORM);
        }
        for (Layer layer : layers) {
            boolean known = layer.kind().equals("conv2d") || layer.kind().equals("batch_normalization");
            if (!known && !layer.kind().startsWith("random_")) { // those change images
                addParts(weights, layer.kind() + "_" + layer.number(), layer, PARTS_OF_OTHERS);
            }
        }
        return weights;
    }

    /// Names of the convolutions; those of the norms are added to the list as they come.
    private List<String> names(List<Layer> convolutions, List<String> norms) throws IOException {
        List<String> names = new ArrayList<>(List.of("conv1_conv"));
        int block = 2; // keras-applications calls the stem 1
        int layer = 1;
        for (int i = 1; i < convolutions.size(); i++) {
            if (side(convolutions.get(i)) != 1) {
                throw noDenseNet("no convolution of 1 x 1 as number %d".formatted(i));
            }
            if (i + 1 < convolutions.size() && side(convolutions.get(i + 1)) == 3) {
                String name = "conv%d_block%d".formatted(block, layer++);
                names.addAll(List.of(name + "_1_conv", name + "_2_conv"));
                norms.addAll(List.of(name + "_0_bn", name + "_1_bn"));
                i++;
            } else {
                names.add("pool%d_conv".formatted(block));
                norms.add("pool%d_bn".formatted(block));
                block++;
                layer = 1;
            }
        }
        norms.add("bn");
        return names;
    }

    private long side(Layer convolution) throws IOException {
        Dataset kernel = hdf5.asDataset(hdf5.descendant(convolution.variables(), "0"));
        long[] shape = kernel.getDimensionsAsLong();
        return shape.length == 4 ? shape[0] : 0;
    }

    private void addParts(List<Weight> weights, String name, Layer layer, List<String> parts) throws IOException {
        List<Node> variables = hdf5.children(layer.variables());
        for (int i = 0; i < variables.size(); i++) {
            String part = i < parts.size() ? parts.get(i) : "variable" + i;
            weights.add(new Weight(name, part, hdf5.asDataset(hdf5.descendant(layer.variables(), String.valueOf(i)))));
        }
    }

    private UnsupportedFormatException noDenseNet(String found) {
        return new UnsupportedFormatException(
                file, "its layers are not in the order of a DenseNet: found %s".formatted(found));
    }
}
