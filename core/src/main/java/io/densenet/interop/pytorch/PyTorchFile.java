package io.densenet.interop.pytorch;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.weights.DurableFile;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// State dicts in the files of `torch.save` (`.pth`, `.pt`, `.ckpt`), of the zip container (PyTorch 1.6 and
/// later) and the legacy one.
///
/// Such a file is a program in Python's pickle language. Reading one here runs nothing: the few
/// instructions and names that state dicts need are understood, everything else is refused
/// (docs/decisions/0022). Pickled whole modules are therefore refused too, with the line of Python that
/// saves their state dict.
///
///     PyTorchFile.Contents contents = PyTorchFile.read(Path.of("densenet121.pth"));
///     PyTorchFile.write(Path.of("copy.pth"), contents.tensors());
///
/// Names are left as they are in the file.
public final class PyTorchFile {
    /// A file that repeats its values under many names is refused beyond two values for each of its bytes,
    /// and these.
    private static final long SPARE_VALUES = 1 << 20;

    private PyTorchFile() {}

    /// What was read.
    ///
    /// @param tensors    in the order of the file. float32, float16, bfloat16 and float64 become floats,
    ///                   the last ones narrowed to 32 bits; integers and truth values become 64-bit
    ///                   integers. Each has values of its own, last index fastest, also where tensors share
    ///                   a storage
    /// @param wrapper    the key under which the state dict stood, such as `state_dict`, or
    ///                   `model.state_dict` for two; null when it stood by itself
    /// @param passedOver the names of what was not read, such as `epoch` and `optimizer`
    public record Contents(
            SequencedMap<String, Tensor> tensors, @Nullable String wrapper, List<String> passedOver) {
        public Contents {
            tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
            passedOver = List.copyOf(passedOver);
        }
    }

    /// Reads the state dict of a file.
    ///
    /// It is looked for as the value of `state_dict`, `model_state_dict`, `model`, `net`, `network`,
    /// `module`, `params`, `weights`, `state_dict_ema`, `model_ema`, `params_ema`, `ema` or `checkpoint`,
    /// in this order, which may be nested once; and where none of them is there, the whole must be one.
    ///
    /// The file is mapped, so that memory is taken for the tensors only; nobody may shorten it meanwhile.
    ///
    /// @throws MalformedFileException     when the file is cut off, damaged or made to deceive
    /// @throws UnsupportedFormatException when it holds something else than a state dict, or one of numbers
    ///     that are not read here
    /// @throws IOException                when it cannot be read
    public static Contents read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            Container container = Container.open(file, bytes);
            StateDictSearch found = StateDictSearch.in(file, container.object());
            requireModest(file, bytes.byteSize(), found.views());
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, Pickled.View> named : found.views().entrySet()) {
                Pickled.View view = named.getValue();
                tensors.put(
                        named.getKey(), ViewReader.read(file, named.getKey(), view, container.data(view.storage())));
            }
            return new Contents(tensors, found.wrapper(), found.passedOver());
        }
    }

    /// Writes a state dict in the zip container; `torch.load(path, weights_only=True)` gives it back as an
    /// `OrderedDict`, and so does every PyTorch since 1.6. The file is replaced whole or not at all, and is
    /// the same for the same tensors.
    ///
    /// @throws IllegalArgumentException when there is no tensor, or a name is not expressible in UTF-8
    public static void write(Path file, SequencedMap<String, Tensor> tensors) throws IOException {
        byte[] pickle = PickleWriter.stateDict(tensors);
        List<Tensor> storages = List.copyOf(tensors.values());
        DurableFile.write(file, channel -> {
            ZipWriter zip = new ZipWriter(channel);
            zip.add("archive/data.pkl", pickle);
            zip.add("archive/byteorder", "little");
            for (int i = 0; i < storages.size(); i++) {
                zip.add("archive/data/" + i, storages.get(i));
            }
            zip.add("archive/version", "3\n");
            zip.finish();
        });
    }

    /// Views can repeat a storage any number of times.
    private static void requireModest(Path file, long fileLength, SequencedMap<String, Pickled.View> views)
            throws IOException {
        long most = SPARE_VALUES + 2 * fileLength;
        long values = 0;
        for (Pickled.View view : views.values()) {
            values += Math.min(view.count(), most + 1);
            if (values > most) {
                throw new MalformedFileException(
                        file,
                        "its tensors have more than %,d values, which a file of %,d bytes cannot hold"
                                .formatted(most, fileLength));
            }
        }
    }
}
