"""Recommendation, rounds and the draw in plain Python. Import the subject: rules.drawing …"""
