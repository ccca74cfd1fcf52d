package io.densenet.interop.keras;

import io.densenet.arch.BatchNorm;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.weights.Tensor;
import io.jhdf.api.Group;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Weights of keras-applications' DenseNets, and of networks around one, as Keras saves them:
///
/// | saved by                                     | what it is                                             |
/// |----------------------------------------------|--------------------------------------------------------|
/// | `model.save_weights("x.h5")`                 | HDF5; the attribute `layer_names` names the layers     |
/// | `model.save("x.h5")`                         | the same in the group `model_weights`                  |
/// | `model.save_weights("x.weights.h5")`, Keras 3 | HDF5; layers are counted: `layers/conv2d_1/vars/0`     |
/// | `model.save("x.keras")`                      | a zip archive with such a file in it                   |
///
/// Networks inside a network are looked into. Nothing in the file is executed, also not the configuration
/// of a saved model, which is not read.
public final class KerasFile {
    /// The constants of the norms in keras-applications' DenseNets, which no file of weights tells. How
    /// fast the running statistics follow (0.01 a batch in Keras) does not change what trained weights
    /// compute; it stays PyTorch's.
    public static final BatchNorm BATCH_NORM = new BatchNorm(1.001e-5, BatchNorm.STANDARD.momentum());

    private static final String WEIGHTS_ENTRY = "model.weights.h5";

    /// keras-applications' ResNets have names so like those of its DenseNets that it is better to say so.
    private static final Pattern OF_A_RESNET = Pattern.compile("conv\\d+_block\\d+_(?:0_conv|3_conv|preact_bn)\\..*");

    private KerasFile() {}

    /// Reads the weights.
    ///
    /// Names are those of Keras' layers with a point and PyTorch's names of the parts behind them, e.g.
    /// `conv2_block1_0_bn.running_mean`; `conv1/conv` is written `conv1_conv`, as since 2023. Layouts are
    /// PyTorch's: kernels outputs × inputs × height × width, linear weights outputs × inputs.
    ///
    /// The file is mapped, so that memory is taken for the tensors only; nobody may shorten it meanwhile.
    ///
    /// @return in the order of the layers; 32-bit floats, into which others are converted
    /// @throws MalformedFileException     when the file is damaged, or two layers have the same name
    /// @throws UnsupportedFormatException when it is not Keras', of another network, or stored in a way that
    ///     Keras does not use
    /// @throws IOException                when it cannot be read
    public static SequencedMap<String, Tensor> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            requireSize(file, channel.size());
            return read(
                    file,
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena)
                            .asByteBuffer());
        }
    }

    /// Reads the weights in a `.keras` file; otherwise as [#read]. They are read into memory once more.
    public static SequencedMap<String, Tensor> readArchive(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(WEIGHTS_ENTRY);
            if (entry == null) {
                throw new UnsupportedFormatException(file, "is an archive without " + WEIGHTS_ENTRY);
            }
            if (entry.getMethod() != ZipEntry.STORED) {
                throw new UnsupportedFormatException(
                        file, WEIGHTS_ENTRY + " is compressed, which Keras does not do; unzip it and give that file");
            }
            requireSize(file, entry.getSize());
            try (InputStream stream = zip.getInputStream(entry)) {
                byte[] bytes = stream.readNBytes((int) entry.getSize());
                CRC32 checksum = new CRC32();
                checksum.update(bytes);
                if (checksum.getValue() != entry.getCrc()) {
                    throw new MalformedFileException(
                            file, "checksum of %s differs: the file is damaged".formatted(WEIGHTS_ENTRY));
                }
                return read(file, ByteBuffer.wrap(bytes));
            }
        } catch (ZipException | EOFException | IllegalArgumentException e) { // the last for names in no encoding
            throw new MalformedFileException(file, "a damaged zip archive: " + Hdf5.printable(e.getMessage()));
        }
    }

    private static void requireSize(Path file, long bytes) throws IOException {
        if (bytes > Integer.MAX_VALUE) {
            throw new UnsupportedFormatException(
                    file,
                    "has %,d bytes, more than 2 GiB are not read; save the weights alone: model.save_weights(\"x.weights.h5\")"
                            .formatted(bytes));
        }
    }

    private static SequencedMap<String, Tensor> read(Path file, ByteBuffer bytes) throws IOException {
        return Hdf5.read(file, bytes, hdf5 -> {
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            for (Weight weight : weights(file, hdf5)) {
                if (weight.isState()) {
                    continue;
                }
                Tensor.Floats stored = hdf5.floats(weight.dataset());
                if (tensors.putIfAbsent(weight.name(), weight.inOurLayout(stored)) != null) {
                    throw new MalformedFileException(file, weight.name() + " comes twice");
                }
            }
            for (String name : tensors.keySet()) {
                if (OF_A_RESNET.matcher(name).matches()) {
                    throw new UnsupportedFormatException(
                            file, "is of a ResNet, by the name of %s; only DenseNets are read".formatted(name));
                }
            }
            return tensors;
        });
    }

    private static List<Weight> weights(Path file, Hdf5 hdf5) throws IOException {
        Group root = hdf5.root();
        Group weights = hdf5.child(root, "model_weights").map(hdf5::asGroup).orElse(root);
        List<String> layers = hdf5.strings(weights, NamedLayers.LAYERS);
        if (!layers.isEmpty()) {
            return NamedLayers.of(hdf5, weights, layers);
        }
        for (String container : NumberedLayers.CONTAINERS) {
            if (hdf5.child(root, container).isPresent()) {
                return NumberedLayers.of(file, hdf5, root, container);
            }
        }
        throw new UnsupportedFormatException(
                file,
                "is HDF5, but not weights of Keras: expected the attribute layer_names or the group layers, found %s"
                        .formatted(hdf5.contents(root)));
    }
}
