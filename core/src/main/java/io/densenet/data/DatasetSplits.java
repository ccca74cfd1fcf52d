package io.densenet.data;

import org.jspecify.annotations.Nullable;

/// A data set as it is trained with: its parts, all with the same classes, and what the network is to be fed.
///
/// @param name          `cifar10`, or the name of a folder
/// @param train         images to train with
/// @param validation    images to choose settings by; null when the data set sets none aside, see [HoldOut]
/// @param test          images to report results on; null when there are none
/// @param normalization of the training images
/// @param channels      of the images, 1 or 3
/// @param height        of the images; for a folder, of the images as the network is to see them
/// @param width         as `height`
public record DatasetSplits(
        String name,
        ImageDataset train,
        @Nullable ImageDataset validation,
        @Nullable ImageDataset test,
        Normalization normalization,
        int channels,
        int height,
        int width) {

    /// What is done to every image before the network sees it.
    public Preprocessing preprocessing() {
        return new Preprocessing(channels, height, width, normalization);
    }
}
