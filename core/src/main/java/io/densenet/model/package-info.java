/// A network with all that must travel with its weights: architecture, preprocessing, class names; and the file
/// that holds them together.
package io.densenet.model;
