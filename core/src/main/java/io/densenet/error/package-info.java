/// What can be wrong with a file: broken, or legal but not supported. Every package may throw these.
package io.densenet.error;
