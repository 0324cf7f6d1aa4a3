/** Does what the tutorials say, and nothing else, and compares what comes of it with what they show. */
@org.jspecify.annotations.NullMarked
package io.operatorlib.docs.tutorial;
