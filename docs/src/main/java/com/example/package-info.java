/** What the reader of the first tutorial writes, in the package that the archetype gives. */
@org.jspecify.annotations.NullMarked
package com.example;
