package io.densenet.cpu;

import io.densenet.cpu.kernel.Ahead;
import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
import java.util.ArrayList;
import java.util.List;

/// The channels of a dense block, all pixels of a batch, a pixel a row (NHWC); or the gradients that were sent
/// to them.
///
/// A layer writes its own channels and reads all before them: concatenation is a matter of where things stand.
/// The channels stand in segments of a few layers each, [R][width], so that reading the first c channels is
/// reading whole arrays from front to back. In one array [R][C] it would be reading a part of every row, which
/// costs memory bandwidth.
final class Features {
    /// Consecutive channels.
    ///
    /// @param first    channel of the block
    /// @param position of its first channel where segments are padded to whole vectors, see [#paddedChannels()]
    record Segment(int first, int channels, int position, FeatureMap map) {
        int end() {
            return first + channels;
        }
    }

    private final Grid grid;
    private final List<Segment> segments;

    private Features(Grid grid, List<Segment> segments) {
        this.grid = grid;
        this.segments = segments;
    }

    /// Empty channels.
    ///
    /// @param initial channels that enter the block
    /// @param growth  channels of each layer
    static Features of(Grid grid, int initial, int growth, int layers) {
        return of(grid, initial, growth, layers, (_, pitch) -> FeatureMap.of(grid, pitch));
    }

    /// Channels whose segments somebody else provides.
    static Features of(Grid grid, int initial, int growth, int layers, Memory memory) {
        List<Segment> segments = new ArrayList<>();
        int first = 0;
        int position = 0;
        for (int width : segmentWidths(initial, growth, layers)) {
            int pitch = Kernels.padded(width);
            segments.add(new Segment(first, width, position, memory.map(segments.size(), pitch)));
            first += width;
            position += pitch;
        }
        return new Features(grid, List.copyOf(segments));
    }

    /// Channels of each segment: a whole number of layers, and of three vectors, which is what kernels like
    /// best.
    static List<Integer> segmentWidths(int initial, int growth, int layers) {
        int most = Kernels.PANEL;
        while (most % growth != 0) {
            most += Kernels.PANEL;
        }
        List<Integer> widths = new ArrayList<>();
        for (int channels : new int[] {initial, growth * layers}) {
            for (int c = 0; c < channels; c += most) {
                widths.add(Math.min(most, channels - c));
            }
        }
        return widths;
    }

    /// Where segments come from.
    interface Memory {
        /// The map of a segment.
        ///
        /// @param number of the segment, from 0
        FeatureMap map(int number, int pitch);
    }

    Grid grid() {
        return grid;
    }

    /// Segments that hold the first `channels`, in their order.
    List<Segment> segments(int channels) {
        int count = 0;
        while (count < segments.size() && segments.get(count).first() < channels) {
            count++;
        }
        return segments.subList(0, count);
    }

    List<Segment> segments() {
        return segments;
    }

    /// Channels when each segment is padded to whole vectors: the length of sums that kernels gather.
    int paddedChannels() {
        return segments.getLast().position() + Kernels.padded(segments.getLast().channels());
    }

    /// Rows of the segment that holds a layer's channels, from the layer's first on.
    Rows from(int channel, int row) {
        for (Segment segment : segments) {
            if (channel < segment.end()) {
                return segment.map().from(row).column(channel - segment.first());
            }
        }
        throw new IllegalArgumentException("channel " + channel);
    }

    /// y = max(scale·x + shift, 0) of the first `channels` of some rows: batch norm and ReLU.
    void rectify(Kernels kernels, int row, int rows, int channels, float[] scale, float[] shift, Rows y) {
        for (Segment segment : segments(channels)) {
            int count = Math.min(segment.channels(), channels - segment.first());
            Rows from = segment.map().from(row);
            kernels.normRelu(rows, count, from, scale, shift, segment.first(), y.column(segment.first()));
        }
    }

    /// Says that the first `channels` of some rows will be needed.
    void announce(int row, int rows, int channels, Ahead ahead) {
        for (Segment segment : segments(channels)) {
            int count = Math.min(segment.channels(), channels - segment.first());
            ahead.add(rows, count, segment.map().from(row));
        }
    }

    /// Copies rows of consecutive channels to where they belong.
    void write(int firstChannel, int channels, int row, int rows, Rows values) {
        for (Segment segment : segments) {
            int begin = Math.max(firstChannel, segment.first());
            int end = Math.min(firstChannel + channels, segment.end());
            if (begin < end) {
                Rows to = segment.map().from(row).column(begin - segment.first());
                copy(rows, end - begin, values.column(begin - firstChannel), to);
            }
        }
    }

    /// Copies consecutive channels of some rows to a tile.
    void read(int firstChannel, int channels, int row, int rows, Rows values) {
        for (Segment segment : segments) {
            int begin = Math.max(firstChannel, segment.first());
            int end = Math.min(firstChannel + channels, segment.end());
            if (begin < end) {
                Rows from = segment.map().from(row).column(begin - segment.first());
                copy(rows, end - begin, from, values.column(begin - firstChannel));
            }
        }
    }

    private static void copy(int rows, int channels, Rows from, Rows to) {
        for (int r = 0; r < rows; r++) {
            int source = from.offset() + r * from.pitch();
            int target = to.offset() + r * to.pitch();
            for (int c = 0; c < channels; c++) {
                to.data()[target + c] = from.data()[source + c];
            }
        }
    }
}
