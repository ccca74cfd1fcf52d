package io.densenet.app.inference;

import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Writes predictions to standard output as they come: for people, as one JSON document a line, or as CSV.
interface PredictionWriter {
    /// Writes one.
    ///
    /// @param traces what else was written about it
    void write(Prediction prediction, Traces traces);

    /// Where more about a picture is to be found.
    ///
    /// @param featuresRow its row in the array of features, from 0
    /// @param cam         the picture of what speaks for a class
    record Traces(Optional<Integer> featuresRow, Optional<Cam> cam) {
        static final Traces NONE = new Traces(Optional.empty(), Optional.empty());
    }

    /// A map of what speaks for a class.
    ///
    /// @param picture PNG to look at
    /// @param map     its values as a NumPy file
    record Cam(int index, String name, double probability, Path picture, Path map) {}

    /// The writer for a format.
    static PredictionWriter of(OutputOptions output, List<String> classNames) {
        PrintWriter out = output.out();
        return switch (output.format()) {
            case TEXT -> (prediction, traces) -> out.println(text(prediction, classNames) + text(traces));
            case JSON ->
                (prediction, traces) -> {
                    Map<String, Object> document = json(prediction, classNames);
                    traces.featuresRow().ifPresent(row -> document.put("featuresRow", row));
                    traces.cam().ifPresent(cam -> document.put("cam", json(cam)));
                    out.println(Json.line(document));
                };
            case CSV -> {
                out.println("file,rank,index,name,value,error");
                yield (prediction, _) -> csv(prediction, classNames).forEach(out::println);
            }
        };
    }

    private static String text(Traces traces) {
        return traces.cam()
                .map(cam -> "%n  what speaks for %s: %s".formatted(cam.name(), cam.picture()))
                .orElse("");
    }

    private static Map<String, Object> json(Cam cam) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("index", cam.index());
        document.put("name", cam.name());
        document.put("probability", cam.probability());
        document.put("picture", cam.picture().toString());
        document.put("map", cam.map().toString());
        return document;
    }

    private static String text(Prediction prediction, List<String> classNames) {
        StringBuilder lines = new StringBuilder(prediction.file().toString());
        switch (prediction) {
            case Prediction.Failed failed -> lines.append(": error: ").append(failed.error());
            case Prediction.Classes classes ->
                classes.ranked()
                        .forEach(ranked -> lines.append(String.format(
                                Locale.ROOT,
                                "%n  %5.1f %%  %s",
                                100 * ranked.probability(),
                                classNames.get(ranked.index()))));
            case Prediction.Logits logits -> {
                for (int c = 0; c < logits.logits().length; c++) {
                    lines.append(String.format(Locale.ROOT, "%n  %9.4f  %s", logits.logits()[c], classNames.get(c)));
                }
            }
        }
        return lines.toString();
    }

    private static Map<String, Object> json(Prediction prediction, List<String> classNames) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("file", prediction.file().toString());
        switch (prediction) {
            case Prediction.Failed failed -> document.put("error", failed.error());
            case Prediction.Logits logits -> document.put("logits", logits.logits());
            case Prediction.Classes classes ->
                document.put(
                        "classes",
                        classes.ranked().stream()
                                .map(ranked -> {
                                    Map<String, Object> entry = new LinkedHashMap<>();
                                    entry.put("index", ranked.index());
                                    entry.put("name", classNames.get(ranked.index()));
                                    entry.put("probability", ranked.probability());
                                    return entry;
                                })
                                .toList());
        }
        return document;
    }

    private static List<String> csv(Prediction prediction, List<String> classNames) {
        String file = quoted(prediction.file().toString());
        return switch (prediction) {
            case Prediction.Failed failed -> List.of(file + ",,,,," + quoted(failed.error()));
            case Prediction.Classes classes -> {
                List<String> rows = new ArrayList<>();
                for (Prediction.Ranked ranked : classes.ranked()) {
                    rows.add("%s,%d,%d,%s,%s,"
                            .formatted(
                                    file,
                                    rows.size() + 1,
                                    ranked.index(),
                                    quoted(classNames.get(ranked.index())),
                                    ranked.probability()));
                }
                yield rows;
            }
            case Prediction.Logits logits -> {
                List<String> rows = new ArrayList<>();
                for (int c = 0; c < logits.logits().length; c++) {
                    rows.add("%s,,%d,%s,%s,".formatted(file, c, quoted(classNames.get(c)), logits.logits()[c]));
                }
                yield rows;
            }
        };
    }

    /// As RFC 4180 has it.
    static String quoted(String text) {
        return text.matches("(?s).*[\",\\r\\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
