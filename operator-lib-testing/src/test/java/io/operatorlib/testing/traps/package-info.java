/**
 * The traps: what goes wrong with client-java's and client-java-extended's classes, sprung on them and on ours in one
 * test, which tells both results. {@code docs/reference/traps.md} is the index.
 */
package io.operatorlib.testing.traps;
