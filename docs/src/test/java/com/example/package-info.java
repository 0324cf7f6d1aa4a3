/** What the reader of the tutorials tries on the operator of the first one. */
@org.jspecify.annotations.NullMarked
package com.example;
