package io.densenet.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where data sets are looked for.
///
/// @param dataFolder    what the user gave as `--data-dir`; null for none
/// @param cacheFolder   where downloads go when the user gave no folder
/// @param systemFolders where the system's packages put data sets
public record DatasetPlaces(@Nullable Path dataFolder, Path cacheFolder, List<Path> systemFolders) {
    public DatasetPlaces {
        systemFolders = List.copyOf(systemFolders);
    }

    /// The usual places: `~/.cache/densenet` and the folders of system packages, such as Debian's
    /// `dataset-fashion-mnist`.
    public static DatasetPlaces usual(@Nullable Path dataFolder) {
        return new DatasetPlaces(
                dataFolder,
                Path.of(System.getProperty("user.home"), ".cache", "densenet"),
                List.of(Path.of("/usr/local/share/datasets"), Path.of("/usr/share/datasets")));
    }

    /// Where a download of the data set belongs.
    public Path downloadFolder(NamedDataset dataset) {
        Path parent = dataFolder == null ? cacheFolder : dataFolder;
        return parent.resolve(dataset.folderName());
    }

    /// The folders to look at, in this order.
    List<Path> candidates(NamedDataset dataset) {
        List<Path> candidates = new ArrayList<>();
        if (dataFolder != null) {
            candidates.add(dataFolder.resolve(dataset.folderName()));
            candidates.add(dataFolder);
        }
        candidates.add(cacheFolder.resolve(dataset.folderName()));
        for (Path folder : systemFolders) {
            candidates.add(folder.resolve(dataset.folderName()));
        }
        return candidates;
    }
}
