package io.densenet.app.options;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.output.Console;
import io.densenet.app.output.DownloadProgress;
import io.densenet.data.ChannelOrder;
import io.densenet.data.ChannelStatistics;
import io.densenet.data.DatasetPlaces;
import io.densenet.data.DatasetSplits;
import io.densenet.data.Datasets;
import io.densenet.data.Download;
import io.densenet.data.Fit;
import io.densenet.data.HoldOut;
import io.densenet.data.NamedDataset;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import java.io.IOException;
import java.util.Optional;

/// From the options about data to a data set, downloading it when that was asked for.
public final class DataSource {
    private static final int CIFAR_STEM_IMAGE_SIZE = 32;

    private DataSource() {}

    /// Opens what `options` name, with `--val-split` images held out. Pictures of a folder get the size
    /// that the network's stem is made for.
    public static DatasetSplits open(TrainOptions options, Console console) throws IOException {
        int size = Optional.ofNullable(options.imageSize)
                .orElseGet(
                        () -> options.model.architecture(3, 1, Optional.empty()).isForImageNet()
                                ? Datasets.FOLDER_IMAGE_SIZE
                                : CIFAR_STEM_IMAGE_SIZE);
        return open(options, size, console);
    }

    /// The same, for pictures of a folder that get the size that a trained network reads.
    public static DatasetSplits open(TrainOptions options, Preprocessing trained, Console console) throws IOException {
        return open(options, Optional.ofNullable(options.imageSize).orElse(trained.height()), console);
    }

    private static DatasetSplits open(TrainOptions options, int size, Console console) throws IOException {
        DatasetPlaces places = DatasetPlaces.usual(options.dataOptions.dataDir);
        Optional<NamedDataset> named = NamedDataset.of(options.data);
        if (options.dataOptions.download
                && named.isPresent()
                && named.get().isDownloadable()
                && !Datasets.isPresent(named.get(), places)) {
            console.status("downloading %s to %s".formatted(options.data, places.downloadFolder(named.get())));
            Download.dataset(named.get(), places.downloadFolder(named.get()), new DownloadProgress(console));
        }
        DatasetSplits splits = Datasets.open(options.data, places, size);
        if (options.valSplit >= splits.train().size()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--val-split: expected fewer than the %,d training images, found %,d"
                            .formatted(splits.train().size(), options.valSplit));
        }
        return options.valSplit == 0 ? splits : holdOut(splits, options.valSplit, options.seed);
    }

    /// What the options want done to the images of a data set, and what they leave to it.
    ///
    /// @throws CommandFailure when a value makes no sense for them
    public static Preprocessing preprocessing(TrainOptions options, DatasetSplits splits) throws IOException {
        Normalization ofTheData = splits.normalization();
        Normalization unit = Normalization.unit(splits.channels());
        Normalization normalization = switch (options.normalize) {
            case null -> ofTheData;
            case UNIT -> unit;
            case CHANNEL -> ofTheData.equals(unit) ? measured(splits) : ofTheData;
        };
        int height = Optional.ofNullable(options.imageSize).orElse(splits.height());
        int width = Optional.ofNullable(options.imageSize).orElse(splits.width());
        return CommandFailure.usage(() -> new Preprocessing(
                splits.channels(), height, width, normalization, options.fit(Math.max(height, width))));
    }

    /// What is done to images for a trained network: what was done when it was trained, but for what the options
    /// say.
    ///
    /// @throws CommandFailure when a value makes no sense for it
    public static Preprocessing preprocessing(TrainOptions options, DatasetSplits splits, Preprocessing trained)
            throws IOException {
        int channels = options.fineTuning.channels().orElse(trained.channels());
        int height = Optional.ofNullable(options.imageSize).orElse(trained.height());
        int width = Optional.ofNullable(options.imageSize).orElse(trained.width());
        Normalization normalization = switch (options.normalize) {
            case null -> trained.normalization().withChannels(channels);
            case UNIT -> Normalization.unit(channels);
            case CHANNEL ->
                ChannelStatistics.of(splits.train(), channels, height, width, Datasets.MOST_IMAGES_MEASURED);
        };
        return CommandFailure.usage(() -> {
            Fit fit = options.cropPart != null
                    ? options.fit(Math.max(height, width))
                    : trained.fit().scaled(Math.max(height, width), Math.max(trained.height(), trained.width()));
            ChannelOrder order = channels == 1 ? ChannelOrder.RGB : trained.order();
            return new Preprocessing(channels, height, width, normalization, fit, order);
        });
    }

    private static Normalization measured(DatasetSplits splits) throws IOException {
        return ChannelStatistics.of(
                splits.train(), splits.channels(), splits.height(), splits.width(), Datasets.MOST_IMAGES_MEASURED);
    }

    private static DatasetSplits holdOut(DatasetSplits splits, int count, long seed) throws IOException {
        HoldOut parts = HoldOut.of(splits.train(), count, seed);
        return new DatasetSplits(
                splits.name(),
                parts.train(),
                parts.validation(),
                splits.test(),
                splits.normalization(),
                splits.channels(),
                splits.height(),
                splits.width());
    }
}
