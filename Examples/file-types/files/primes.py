"""Prints the primes below a number, by the oldest sieve of Eratosthenes."""

import sys


def primes(below):
    sieve = [True] * below
    sieve[0:2] = [False, False]
    for number in range(2, int(below ** 0.5) + 1):
        if sieve[number]:
            for multiple in range(number * number, below, number):
                sieve[multiple] = False
    return [number for number, prime in enumerate(sieve) if prime]


if __name__ == "__main__":
    for prime in primes(int(sys.argv[1])):
        print(prime)
