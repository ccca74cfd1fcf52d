package io.densenet.interop.pytorch;

import static io.densenet.interop.pytorch.Pickles.ORDERED_DICT;
import static io.densenet.interop.pytorch.Pickles.call;
import static io.densenet.interop.pytorch.Pickles.dict;
import static io.densenet.interop.pytorch.Pickles.littleEndian;
import static io.densenet.interop.pytorch.Pickles.pickle;
import static io.densenet.interop.pytorch.Pickles.storage;
import static io.densenet.interop.pytorch.Pickles.tensor;
import static io.densenet.interop.pytorch.Pickles.text;
import static io.densenet.interop.pytorch.Pickles.whole;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Files that are made to run something, to exhaust memory, or to be read in two ways; and files that are
/// merely broken.
final class HostileFiles {
    private static final String SOUND = tensor(0, new long[] {4}, new long[] {1});
    private static final String BAIT = "io.densenet.interop.pytorch";

    /// One file and what the refusal must say.
    record Hostile(String name, byte[] content, String reason) {
        @Override
        public String toString() {
            return name;
        }
    }

    private HostileFiles() {}

    /// @param marker a file that would be there if a command ran
    static List<Hostile> all(String marker) {
        List<Hostile> all = new ArrayList<>();
        executing(text("touch '" + marker + "'")).forEach((name, value) -> {
            all.add(new Hostile(name, Pickles.zip(pickle(value)), "class "));
            all.add(new Hostile(
                    name + " in a state dict", Pickles.zip(pickle(dict("state_dict", dict("w", value)))), "class "));
            all.add(new Hostile(name + " in a legacy file", Pickles.legacy(value, "]", new byte[0]), "class "));
        });
        instructions().forEach((name, value) -> all.add(new Hostile(name, Pickles.zip(pickle(value[0])), value[1])));
        tensors()
                .forEach((name, value) ->
                        all.add(new Hostile(name, Pickles.zip(pickle(dict("w", value[0]))), value[1])));
        all.addAll(bareFiles());
        all.addAll(legacyFiles());
        return all;
    }

    /// Values that run something in Python, or would load a class in a careless Java.
    private static Map<String, String> executing(String command) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("os.system", call("os", "system", command));
        values.put("posix.system", call("posix", "system", command));
        values.put("nt.system", call("nt", "system", command));
        values.put("subprocess.Popen", call("subprocess", "Popen", command));
        values.put("builtins.eval", call("builtins", "eval", text("__import__('os').system('true')")));
        values.put("builtins.exec", call("builtins", "exec", text("import os")));
        values.put("builtins.getattr", call("builtins", "getattr", text("a") + text("b")));
        values.put("eval of Python 2", call("__builtin__", "eval", text("1")));
        values.put("builtins.__import__", call("builtins", "__import__", text("os")));
        values.put("runpy", call("runpy", "_run_code", command));
        values.put("torch.load", call("torch", "load", text("/etc/passwd")));
        values.put("torch.hub", call("torch.hub", "load", text("x")));
        values.put("a library", call("ctypes", "CDLL", text("libc.so.6")));
        values.put("a call in a call", call("functools", "partial", "cos\nsystem\n" + command));
        values.put("a name from the stack", text("posix") + text("system") + "\u0093" + "(" + command + "tR");
        values.put("a name with dots", call("torch._utils", "_import_dotted_name", text("os.system")));
        values.put("an attribute of what is allowed", call("collections", "OrderedDict.fromkeys", command));
        values.put("an object by NEWOBJ", "cos\n_wrap_close\n)\u0081");
        values.put("a Java class", call(BAIT, "Bait", ""));
        values.put("a Java class as Parameter", call(BAIT + ".Bait", "Storage", ""));
        values.put("Java's Runtime", call("java.lang", "Runtime", command));
        return values;
    }

    /// Instructions, and what is said of them.
    private static Map<String, String[]> instructions() {
        Map<String, String[]> values = new LinkedHashMap<>();
        values.put("INST", new String[] {"(ios\nsystem\n", "INST"});
        values.put("OBJ", new String[] {"(" + text("x") + "o", "OBJ"});
        values.put("NEWOBJ_EX", new String[] {")}\u0092", "NEWOBJ_EX"});
        values.put("EXT1", new String[] {"\u0082\1", "EXT1"});
        values.put("EXT4", new String[] {"\u0084" + littleEndian(1), "EXT4"});
        values.put("PERSID", new String[] {"Pos.system\n", "PERSID"});
        values.put("NEXT_BUFFER", new String[] {"\u0097", "NEXT_BUFFER"});
        values.put("POP", new String[] {"N0", "POP"});
        values.put("an integer as text", new String[] {"I1\n", "INT"});
        values.put("no instruction", new String[] {"\u00ff", "0xFF"});
        values.put("protocol 6", new String[] {"\u0080\6", "protocol 6"});
        values.put("a call of a string", new String[] {text("os.system") + ")R", "calls a string"});
        values.put("a call of a dictionary", new String[] {"})R", "calls a dictionary"});
        values.put("a call of a storage's class", new String[] {"ctorch\nFloatStorage\n)R", "calls torch.Float"});
        values.put("a call without a tuple", new String[] {ORDERED_DICT + "]R", "expected a tuple"});
        values.put("a function as a class", new String[] {Pickles.REBUILD + ")\u0081", "makes an object"});
        values.put("a state for a list", new String[] {"]}b", "gives a list a state"});
        values.put("a state for a name", new String[] {ORDERED_DICT + "}b", "a state"});
        values.put("an item of a number", new String[] {"K\1" + text("a") + text("b") + "s", "an item of an integer"});
        values.put("items of a tuple", new String[] {")(" + text("a") + "Nu", "an item of a tuple"});
        values.put("items of a list", new String[] {"](" + text("a") + "Nu", "an item of a list"});
        values.put("an odd number of items", new String[] {"}(Nu", "a key without"});
        values.put("appending to a dictionary", new String[] {"}Na", "appends to a dictionary"});
        values.put("adding to no set", new String[] {"](N\u0090", "expected a set"});
        values.put("an empty stack", new String[] {"", "needs 1 values"});
        values.put("taking from below a mark", new String[] {"NN(\u0086", "needs 2 values"});
        values.put("an end without a mark", new String[] {"Nt", "did not begin"});
        values.put("two values at the end", new String[] {"NN", "unfinished"});
        values.put("a mark at the end", new String[] {"N(N", "unfinished"});
        values.put("marks without end", new String[] {"(".repeat(100_000), "nested more than"});
        values.put("a memo that is not there", new String[] {"h\7", "was not kept"});
        values.put("a memo of nothing", new String[] {"q\0", "needs 1 values"});
        values.put("a huge string", new String[] {"\u008d" + littleEndian(Long.MAX_VALUE), "expected 9223"});
        values.put("a string of negative length", new String[] {"\u008d" + littleEndian(-1L), "expected 1844"});
        values.put("a string of 4 GB", new String[] {"X" + littleEndian(-1), "expected 4294967295 bytes"});
        values.put("a Python 2 string of negative length", new String[] {"T" + littleEndian(-1), "expected 1844"});
        values.put("huge bytes", new String[] {"\u008e" + littleEndian(1L << 40), "expected 1099511627776"});
        values.put("2 GB of bytes", new String[] {"B" + littleEndian(Integer.MAX_VALUE), "expected 2147483647"});
        values.put("a huge integer", new String[] {"\u008b" + littleEndian(Integer.MAX_VALUE), "an integer of"});
        values.put("an integer of negative length", new String[] {"\u008b" + littleEndian(-5), "an integer of"});
        values.put("a huge frame", new String[] {"\u0095" + littleEndian(1L << 50), "a frame of"});
        values.put("a string that is not UTF-8", new String[] {"X" + littleEndian(1) + "\u00ff", "UTF-8"});
        values.put("a name without end", new String[] {"c" + "a".repeat(5000), "ends with its line"});
        values.put(
                "a name of control characters", new String[] {"ca\u001b[31m\r\n" + "b".repeat(900) + "\n", "class a"});
        values.put("a number as persistent id", new String[] {"K\1Q", "reference to a storage"});
        values.put("a module as persistent id", new String[] {"(" + text("module") + "tQ", "reference to a storage"});
        values.put("a list in itself", new String[] {"]q\0h\0a", "holds a list"});
        values.put(
                "a dictionary in itself", new String[] {"}q\0" + text("model") + "h\0s", "no dictionary of tensors"});
        values.put("2^200 leaves", new String[] {"N" + "q\0h\0\u0086".repeat(200), "holds a tuple"});
        values.put("three million values", new String[] {"(" + "]".repeat(3_000_000) + "t", "instructions"});
        values.put("a tensor twice", new String[] {"}" + (text("w") + SOUND + "s").repeat(2), "comes twice"});
        values.put("a state dict twice", new String[] {
            "}" + (text("model") + dict("w", SOUND) + "s").repeat(2), "model comes twice"
        });
        values.put("no tensor", new String[] {dict("epoch", "K\1"), "no dictionary of tensors"});
        return values;
    }

    /// Tensors of a sound storage of four floats, and what is said of them.
    private static Map<String, String[]> tensors() {
        Map<String, String[]> values = new LinkedHashMap<>();
        values.put("more values than the storage", view(0, new long[] {5}, new long[] {1}, "needs 20 bytes"));
        values.put("an offset behind the storage", view(4, new long[] {1}, new long[] {1}, "needs 20 bytes"));
        values.put("a stride out of the storage", view(0, new long[] {2}, new long[] {4}, "needs 20 bytes"));
        values.put("a negative offset", view(-1, new long[] {2}, new long[] {1}, "offset -1"));
        values.put("a negative size", view(0, new long[] {-1}, new long[] {1}, "0 or more"));
        values.put("a negative stride", view(3, new long[] {4}, new long[] {-1}, "0 or more"));
        values.put("two sizes and one stride", view(0, new long[] {2, 2}, new long[] {1}, "has the strides"));
        values.put(
                "sizes whose product overflows",
                view(0, new long[] {1L << 32, 1L << 32}, new long[] {0, 0}, "larger than any file"));
        values.put(
                "sizes that overflow before a zero",
                view(0, new long[] {1L << 62, 1L << 62, 0}, new long[] {0, 0, 0}, "larger than any file"));
        values.put(
                "strides that overflow",
                view(0, new long[] {3, 3}, new long[] {1L << 62, 1L << 62}, "larger than any file"));
        values.put("an offset that overflows", view(Long.MAX_VALUE, new long[] {2}, new long[] {1}, "larger"));
        values.put("one value a billion times", view(0, new long[] {1_000_000_000}, new long[] {0}, "cannot hold"));
        values.put("a size beyond an array", view(0, new long[] {1L << 31, 0}, new long[] {0, 0}, "Java array"));
        values.put("65 dimensions", view(0, new long[65], new long[65], "65 dimensions"));
        values.put("a storage that is not there", other(storage("7", 4), "no entry archive/data/7"));
        values.put("a storage outside of the archive", other(storage("../../etc/passwd", 4), "no entry"));
        values.put("a storage shorter than claimed", other(storage("0", 5), "5 elements"));
        values.put("a storage longer than claimed", new String[] {
            tensor(storage("0", 3), 0, new long[] {3}, new long[] {1}), "3 elements"
        });
        values.put("a storage of negative length", other(storage("0", -4), "has -4 elements"));
        values.put("a storage of 2^63 bytes", other(storage("0", 1L << 61), "elements"));
        values.put("a storage of two lengths", new String[] {
            SOUND + text("v") + tensor(storage("0", 2), 0, new long[] {1}, new long[] {1}), "was 4"
        });
        values.put(
                "a storage of another type",
                other(storage("0", 4).replace("FloatStorage", "DoubleStorage"), "4 elements of FLOAT64"));
        values.put("a storage of no type", other(storage("0", 4).replace("ctorch\nFloatStorage\n", "N"), "reference"));
        values.put("a class as storage", other(storage("0", 4).replace("FloatStorage", "float32"), "reference"));
        values.put("a number as storage", other("K\0", "expected a storage, found an integer"));
        values.put("no arguments", new String[] {Pickles.REBUILD + ")R", "found none"});
        values.put("a parameter of a string", new String[] {
            call("torch._utils", "_rebuild_parameter", text("x") + "\u0089"), "expected a view, found a string"
        });
        values.put(
                "a rebuilder of itself",
                new String[] {"ctorch._tensor\n_rebuild_from_type_v2\nq\1(h\1h\1(tNtR", "calls itself"});
        values.put("values to be negated", new String[] {
            SOUND.substring(0, SOUND.length() - 2) + dict("neg", "\u0088") + "tR", "negates"
        });
        return values;
    }

    private static String[] view(long offset, long[] sizes, long[] strides, String reason) {
        return new String[] {tensor(offset, sizes, strides), reason};
    }

    private static String[] other(String storage, String reason) {
        return new String[] {tensor(storage, 0, new long[] {4}, new long[] {1}), reason};
    }

    private static List<Hostile> bareFiles() {
        return List.of(
                new Hostile("an empty file", new byte[0], "expected a zip archive or a pickle"),
                new Hostile("text", "hello".getBytes(StandardCharsets.UTF_8), "expected a zip archive or a pickle"),
                new Hostile("a pickle alone", pickle("}"), "begins with a dictionary"),
                new Hostile("a class alone", pickle(call(BAIT, "Bait", "")), "class " + BAIT + ".Bait"),
                new Hostile("an old tar archive", tar(), "tar archive"));
    }

    private static byte[] tar() {
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        return tar;
    }

    private static List<Hostile> legacyFiles() {
        String reference = storage("0", 4).replace("tQ", "NtQ");
        String object = dict("w", tensor(reference, 0, new long[] {4}, new long[] {1}));
        String keys = "]" + text("0") + "a";
        String four = littleEndian(4L);
        String values = new String(Pickles.floats(), StandardCharsets.ISO_8859_1);
        String part = storage("0", 4).replace("tQ", "(" + text("1") + "K\0K\2ttQ");
        return List.of(
                legacy("legacy: no keys", object, "]", four + values, "storage 0 is missing"),
                legacy("legacy: keys that are no list", object, "}", four + values, "list of the storages"),
                legacy("legacy: a key of nothing", object, "]" + text("1") + "a", four + values, "does not mention"),
                legacy("legacy: a number as key", object, "]K\0a", four + values, "does not mention"),
                legacy("legacy: a key twice", object, keys + text("0") + "a", (four + values).repeat(2), "twice"),
                legacy("legacy: no storage", object, keys, "", "expected 8 bytes"),
                legacy("legacy: a storage cut off", object, keys, four + values.substring(1), "expected 16 bytes"),
                legacy("legacy: something behind", object, keys, four + values + "x", "1 bytes follow"),
                legacy("legacy: another length", object, keys, littleEndian(5L) + values, "has 5 elements here"),
                legacy("legacy: a negative length", object, keys, littleEndian(-1L) + values, "has -1 elements"),
                legacy(
                        "legacy: a part of a storage",
                        dict("w", tensor(part, 0, new long[] {2}, new long[] {1})),
                        keys,
                        four + values,
                        "a part of another"),
                new Hostile(
                        "legacy: big-endian",
                        replace(Pickles.legacy(object, keys, new byte[0]), "\u0088s.", "\u0089s."),
                        "big-endian"),
                new Hostile(
                        "legacy: another version",
                        replace(Pickles.legacy(object, keys, new byte[0]), whole(1001), whole(1002)),
                        "version 1001"));
    }

    private static Hostile legacy(String name, String object, String keys, String storages, String reason) {
        return new Hostile(name, Pickles.legacy(object, keys, storages.getBytes(StandardCharsets.ISO_8859_1)), reason);
    }

    /// Bytes for bytes of the same number, everywhere.
    static byte[] replace(byte[] bytes, String old, String by) {
        String latin1 = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!latin1.contains(old) || old.length() != by.length()) {
            throw new IllegalArgumentException("there is no " + old);
        }
        return latin1.replace(old, by).getBytes(StandardCharsets.ISO_8859_1);
    }
}
