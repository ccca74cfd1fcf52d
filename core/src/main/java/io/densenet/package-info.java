/// The door for programs: a trained network in a few lines. Those who want more take the packages below.
package io.densenet;
