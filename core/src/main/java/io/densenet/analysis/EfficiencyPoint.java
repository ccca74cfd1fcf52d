package io.densenet.analysis;

/// What a network reached and what it costs: a point of Figure 3 or 4. The names of the components are the
/// keys of the JSON.
///
/// @param network      as a person calls it
/// @param family       networks that differ in size alone, joined by a line
/// @param data         what the error was measured on: `ImageNet`, `C10+`; errors of different data are not
///                     compared
/// @param error        percent wrong, top-1
/// @param multiplyAdds for one image
/// @param origin       who says so
/// @param source       where the figures come from
public record EfficiencyPoint(
        String network,
        String family,
        String data,
        double error,
        long parameters,
        long multiplyAdds,
        Origin origin,
        String source) {
    /// Who measured an error.
    public enum Origin {
        PUBLISHED,
        OURS
    }
}
