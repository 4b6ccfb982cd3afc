import type { IAdaptiveCard } from '@microsoft/teams.cards';

export interface Root { card: IAdaptiveCard }
