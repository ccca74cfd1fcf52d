/// From files to batches: readers, one for each format, transforms, and the loader that runs ahead of training.
package io.densenet.data;
