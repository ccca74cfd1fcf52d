package io.densenet.interop.pytorch;

import java.util.List;

/// What to do about a file that holds more than data: the line of Python that saves its weights alone.
final class Advice {
    private Advice() {}

    /// The message for a class that is not on the allow-list.
    ///
    /// @param stack what the pickle has made so far: the outermost dictionary at the bottom, then its keys
    ///              and values in turn, where they are not in it yet
    /// @param marks where on the stack each unfinished run of values begins
    static String onClass(String qualified, List<Pickled> stack, List<Integer> marks) {
        String whole = "torch.load(FILE, weights_only=False)";
        String weights;
        String found;
        if (stack.isEmpty() || !(stack.getFirst() instanceof Pickled.Dict outermost)) {
            found = "is a pickled whole module or object";
            weights = whole + ".state_dict()";
        } else {
            List<Pickled> keysAndValues = stack.subList(1, marks.size() > 1 ? marks.get(1) : stack.size());
            Pickled last = keysAndValues.isEmpty() ? Pickled.Constant.NONE : keysAndValues.getLast();
            boolean isModule = keysAndValues.size() % 2 == 1
                    && last instanceof Pickled.Text(String key)
                    && StateDictSearch.WRAPPERS.contains(key);
            found = isModule ? "holds a pickled whole module" : "holds an object beside the weights";
            weights = isModule && last instanceof Pickled.Text(String key)
                    ? "%s[\"%s\"].state_dict()".formatted(whole, key)
                    : "%s[\"%s\"]".formatted(whole, wrapper(outermost, keysAndValues));
        }
        return "%s of class %s, which is not loaded; if you trust the file: torch.save(%s, \"weights.pth\")"
                .formatted(found, Input.printable(qualified), weights);
    }

    /// The name under which the weights seem to stand.
    private static String wrapper(Pickled.Dict outermost, List<Pickled> keysAndValues) {
        for (String wrapper : StateDictSearch.WRAPPERS) {
            Pickled.Text name = new Pickled.Text(wrapper);
            if (outermost.entries().stream().anyMatch(entry -> entry.key().equals(name))
                    || keysAndValues.contains(name)) {
                return wrapper;
            }
        }
        return StateDictSearch.WRAPPERS.getFirst();
    }
}
