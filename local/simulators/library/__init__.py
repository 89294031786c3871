"""Simulated library systems that exchange EDIFACT files in a mailbox: Koha, Evergreen, FOLIO, each with its own ways and faults.

They know the messages alone: written and read here from the outside, without the codecs of the services that they speak to.
"""
