package io.densenet.app.options;

import io.densenet.arch.Shape;
import picocli.CommandLine;

/// Reads `CxHxW`.
public final class ShapeConverter implements CommandLine.ITypeConverter<Shape> {
    @Override
    public Shape convert(String text) {
        try {
            return Shape.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(e.getMessage());
        }
    }
}
